-- Each look of a customer at the own servers asks whether the panel's user that owns them owns somebody else's too.
-- CreateIndex
CREATE INDEX "servers_virtfusion_owner_id_idx" ON "servers"("virtfusion_owner_id");
