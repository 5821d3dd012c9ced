-- A server whose row was deleted may turn up again and get a new row; that no two standing rows point to one is "servers_one_row_per_remote_server".
-- DropIndex
DROP INDEX "servers_virtfusion_server_id_virtfusion_uuid_key";

-- CreateIndex
CREATE INDEX "servers_virtfusion_server_id_virtfusion_uuid_idx" ON "servers"("virtfusion_server_id", "virtfusion_uuid");
