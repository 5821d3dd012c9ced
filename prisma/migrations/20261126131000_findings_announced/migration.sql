-- Whoever finds a difference or an orphan need not be the one who tells the admins: what is not told yet is told by the next one who looks. What stands
-- already counts as told.
-- AlterTable
ALTER TABLE "drift_findings" ADD COLUMN "announced_at" TIMESTAMPTZ(3);
UPDATE "drift_findings" SET "announced_at" = CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "orphans" ADD COLUMN "announced_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP;
