-- CreateIndex
CREATE INDEX "operations_state_finished_at_id_idx" ON "operations"("state", "finished_at" DESC, "id" DESC);
