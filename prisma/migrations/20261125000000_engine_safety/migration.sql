-- The engine's findings, its breaker on mass harm, and the identity of the panel.
-- CreateEnum
CREATE TYPE "FindingState" AS ENUM ('open', 'ignored', 'taken', 'pushed', 'gone');

-- CreateEnum
CREATE TYPE "OrphanState" AS ENUM ('open', 'ignored', 'adopted', 'deleting', 'gone');

-- AlterTable
ALTER TABLE "operations" ADD COLUMN     "event_hash" TEXT,
ADD COLUMN     "harm_approved_at" TIMESTAMPTZ(3),
ADD COLUMN     "harm_approved_by_id" UUID;

-- AlterTable
ALTER TABLE "operation_events" ADD COLUMN     "hash" TEXT,
ADD COLUMN     "previous_hash" TEXT;

-- AlterTable
ALTER TABLE "servers" ADD COLUMN     "is_protected" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "drift_findings" (
    "id" UUID NOT NULL,
    "server_id" UUID NOT NULL,
    "field" TEXT NOT NULL,
    "plan_value" JSONB,
    "our_value" JSONB,
    "panel_value" JSONB,
    "state" "FindingState" NOT NULL DEFAULT 'open',
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT,
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "drift_findings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orphans" (
    "id" UUID NOT NULL,
    "virtfusion_server_id" INTEGER NOT NULL,
    "virtfusion_uuid" TEXT NOT NULL,
    "virtfusion_owner_id" INTEGER,
    "name" TEXT NOT NULL,
    "observation" JSONB NOT NULL DEFAULT '{}',
    "state" "OrphanState" NOT NULL DEFAULT 'open',
    "operation_id" UUID,
    "server_id" UUID,
    "reason" TEXT,
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "orphans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "harm_events" (
    "id" UUID NOT NULL,
    "operation_id" UUID NOT NULL,
    "server_id" UUID NOT NULL,
    "kind" "OperationKind" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "harm_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "harm_alarms" (
    "id" UUID NOT NULL,
    "counted" INTEGER NOT NULL,
    "allowed" INTEGER NOT NULL,
    "fleet" INTEGER NOT NULL,
    "decision" TEXT,
    "reason" TEXT,
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "harm_alarms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "panel_identity" (
    "id" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "witness_relation" TEXT,
    "witness_user_id" INTEGER,
    "witness_counter" INTEGER NOT NULL DEFAULT 0,
    "fingerprint" JSONB,
    "database_mark" TEXT,
    "verified_at" TIMESTAMPTZ(3),
    "safe_mode_since" TIMESTAMPTZ(3),
    "safe_mode_reason" JSONB,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "panel_identity_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "drift_findings_server_id_idx" ON "drift_findings"("server_id");

-- CreateIndex
CREATE INDEX "drift_findings_state_created_at_id_idx" ON "drift_findings"("state", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "orphans_virtfusion_uuid_key" ON "orphans"("virtfusion_uuid");

-- CreateIndex
CREATE INDEX "orphans_state_created_at_id_idx" ON "orphans"("state", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "orphans_virtfusion_server_id_idx" ON "orphans"("virtfusion_server_id");

-- CreateIndex
CREATE UNIQUE INDEX "harm_events_operation_id_key" ON "harm_events"("operation_id");

-- CreateIndex
CREATE INDEX "harm_events_created_at_idx" ON "harm_events"("created_at");

-- CreateIndex
CREATE INDEX "harm_alarms_created_at_id_idx" ON "harm_alarms"("created_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "drift_findings" ADD CONSTRAINT "drift_findings_server_id_fkey" FOREIGN KEY ("server_id") REFERENCES "servers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma's schema can't say. ---------------------------------------------------------------

-- One open or ignored finding per server and field.
CREATE UNIQUE INDEX "drift_findings_one_per_field" ON "drift_findings" ("server_id", "field") WHERE "state" IN ('open', 'ignored');

-- The breaker is open or it is not.
CREATE UNIQUE INDEX "harm_alarms_one_open" ON "harm_alarms" ((true)) WHERE "decided_at" IS NULL;
