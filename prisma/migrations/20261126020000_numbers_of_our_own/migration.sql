-- Customers are known to the panel by a number. Counted from 1, it would be the number of somebody else wherever another system (WHMCS, a
-- second Berth) numbers its clients at the same panel. From here on numbers begin somewhere between one and two thousand million, and whoever has
-- no user at the panel, and was never about to get one, takes such a number as well.
SELECT setval(pg_get_serial_sequence('users', 'virtfusion_ext_relation_id'), 1000000000 + floor(random() * 1000000000)::int);

UPDATE "users" u SET "virtfusion_ext_relation_id" = nextval(pg_get_serial_sequence('users', 'virtfusion_ext_relation_id'))
WHERE u."virtfusion_user_id" IS NULL AND NOT EXISTS (
  SELECT FROM "provisioning_logs" l JOIN "operations" o ON o."id" = l."operation_id" JOIN "servers" s ON s."id" = o."server_id"
  WHERE s."customer_id" = u."id" AND l."action" = 'users.create');
