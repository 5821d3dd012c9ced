-- Which attempt is the last one is read from the order of writing, not from a clock that may have been set back.
-- AlterTable
ALTER TABLE "provisioning_logs" ADD COLUMN "sequence" BIGSERIAL NOT NULL;
