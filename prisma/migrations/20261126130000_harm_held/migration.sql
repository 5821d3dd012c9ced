-- That the breaker has stopped an operation is known by a mark of its own, whatever the operation does or waits for meanwhile.
-- AlterTable
ALTER TABLE "operations" ADD COLUMN     "harm_held_at" TIMESTAMPTZ(3);

-- Those that the open alarm lists. One that is being worked on at this moment asks for a place once more, and is marked then.
UPDATE "operations" SET "harm_held_at" = now()
WHERE "kind" IN ('suspend', 'delete', 'rebuild') AND "state" = 'waiting' AND "harm_approved_at" IS NULL AND "diagnosis"->>'code' = 'mass_harm_stopped'
  AND EXISTS (SELECT FROM "harm_alarms" WHERE "decided_at" IS NULL);
