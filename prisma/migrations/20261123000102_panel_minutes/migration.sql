-- What the watch of the panel has seen: its clock, its certificate, and when it was asked last.
ALTER TABLE "panel_health" ADD COLUMN "certificate_valid_to" TIMESTAMPTZ(3),
ADD COLUMN "clock_difference_seconds" INTEGER,
ADD COLUMN "watched_at" TIMESTAMPTZ(3);

-- Calls per minute and connection; older than a day they are removed.
CREATE TABLE "panel_minutes" (
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "connection" TEXT NOT NULL,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "duration_sum_ms" INTEGER NOT NULL DEFAULT 0,
    "duration_max_ms" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "panel_minutes_pkey" PRIMARY KEY ("minute","connection")
);
