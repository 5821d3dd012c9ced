-- Power is not part of every read: when it was last read is kept beside it. What is stored already is of an unknown time, and reads as unknown until the next read.
-- AlterTable
ALTER TABLE "servers" ADD COLUMN "power_observed_at" TIMESTAMPTZ(3);
