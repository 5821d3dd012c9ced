-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('admin', 'customer');

-- CreateEnum
CREATE TYPE "Lifecycle" AS ENUM ('provisioning', 'active', 'deleting', 'deleted', 'failed');

-- CreateEnum
CREATE TYPE "Power" AS ENUM ('running', 'stopped', 'paused', 'unknown');

-- CreateEnum
CREATE TYPE "OperationKind" AS ENUM ('create', 'suspend', 'unsuspend', 'delete', 'boot', 'shutdown', 'restart', 'poweroff', 'rebuild', 'rename');

-- CreateEnum
CREATE TYPE "OperationState" AS ENUM ('queued', 'running', 'waiting', 'needs_attention', 'succeeded', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "ActorKind" AS ENUM ('person', 'system');

-- CreateEnum
CREATE TYPE "LogOutcome" AS ENUM ('ok', 'rejected', 'unreachable', 'unknown');

-- CreateEnum
CREATE TYPE "CallEffect" AS ENUM ('none', 'done', 'unknown');

-- CreateEnum
CREATE TYPE "NotificationLevel" AS ENUM ('info', 'success', 'warning', 'error');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "password_hash" TEXT,
    "password_changed_at" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),
    "is_sample" BOOLEAN NOT NULL DEFAULT false,
    "virtfusion_user_id" INTEGER,
    "virtfusion_ext_relation_id" SERIAL NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "invitations" (
    "id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settings" (
    "group" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "updated_by_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("group")
);

-- CreateTable
CREATE TABLE "plans" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "features" JSONB NOT NULL,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "is_sample" BOOLEAN NOT NULL DEFAULT false,
    "last_checked_at" TIMESTAMPTZ(3),
    "last_check" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "plans_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "servers" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "customer_id" UUID NOT NULL,
    "plan_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hostname" TEXT,
    "lifecycle" "Lifecycle" NOT NULL DEFAULT 'provisioning',
    "is_sample" BOOLEAN NOT NULL DEFAULT false,
    "suspended_at" TIMESTAMPTZ(3),
    "suspension_reason" TEXT,
    "suspended_by_id" UUID,
    "desired_suspended" BOOLEAN NOT NULL DEFAULT false,
    "power" "Power" NOT NULL DEFAULT 'unknown',
    "virtfusion_server_id" INTEGER,
    "virtfusion_uuid" TEXT,
    "virtfusion_owner_id" INTEGER,
    "observation" JSONB,
    "observed_at" TIMESTAMPTZ(3),
    "vanished_at" TIMESTAMPTZ(3),
    "ipv4" TEXT[],
    "ipv6" TEXT[],
    "memory_mb" INTEGER,
    "storage_gb" INTEGER,
    "traffic_gb" INTEGER,
    "cpu_cores" INTEGER,
    "operating_system_id" INTEGER,
    "operating_system_name" TEXT,
    "overrides" JSONB NOT NULL DEFAULT '{}',
    "deletion_requested_at" TIMESTAMPTZ(3),
    "deletion_due_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "servers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operations" (
    "id" UUID NOT NULL,
    "server_id" UUID NOT NULL,
    "kind" "OperationKind" NOT NULL,
    "state" "OperationState" NOT NULL DEFAULT 'queued',
    "step" TEXT NOT NULL,
    "input" JSONB NOT NULL DEFAULT '{}',
    "memory" JSONB NOT NULL DEFAULT '{}',
    "result" JSONB,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "max_attempts" INTEGER NOT NULL DEFAULT 8,
    "progress" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "diagnosis" JSONB,
    "actor_kind" "ActorKind" NOT NULL,
    "actor_id" UUID,
    "cause" TEXT NOT NULL DEFAULT 'asked',
    "idempotency_key" TEXT,
    "request_id" TEXT,
    "owner_lock" INTEGER,
    "lease_token" BIGINT NOT NULL DEFAULT 0,
    "lease_expires_at" TIMESTAMPTZ(3),
    "claims" INTEGER NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "operations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operation_events" (
    "id" UUID NOT NULL,
    "operation_id" UUID NOT NULL,
    "state" "OperationState" NOT NULL,
    "step" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "params" JSONB NOT NULL DEFAULT '{}',
    "actor_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "operation_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "provisioning_logs" (
    "id" UUID NOT NULL,
    "server_id" UUID,
    "operation_id" UUID,
    "action" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "request_body" JSONB,
    "http_status" INTEGER,
    "response_body" JSONB,
    "outcome" "LogOutcome" NOT NULL DEFAULT 'unknown',
    "effect" "CallEffect" NOT NULL DEFAULT 'unknown',
    "duration_ms" INTEGER,
    "code" TEXT,
    "message" TEXT,
    "diagnosis" JSONB,
    "request_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "provisioning_logs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "level" "NotificationLevel" NOT NULL,
    "code" TEXT NOT NULL,
    "params" JSONB NOT NULL DEFAULT '{}',
    "link" TEXT,
    "dedupe_key" TEXT,
    "read_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "id" UUID NOT NULL,
    "actor_kind" "ActorKind" NOT NULL,
    "actor_id" UUID,
    "actor_name" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "entity" TEXT NOT NULL,
    "entity_id" TEXT,
    "entity_name" TEXT,
    "before" JSONB,
    "after" JSONB,
    "ip_address" TEXT,
    "request_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "panel_health" (
    "id" TEXT NOT NULL,
    "is_reachable" BOOLEAN,
    "changed_at" TIMESTAMPTZ(3),
    "last_success_at" TIMESTAMPTZ(3),
    "last_failure_at" TIMESTAMPTZ(3),
    "failures_in_a_row" INTEGER NOT NULL DEFAULT 0,
    "diagnosis" JSONB,
    "version" TEXT,
    "paused_at" TIMESTAMPTZ(3),
    "capabilities" JSONB NOT NULL DEFAULT '{}',
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "panel_health_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE UNIQUE INDEX "users_virtfusion_user_id_key" ON "users"("virtfusion_user_id");

-- CreateIndex
CREATE UNIQUE INDEX "users_virtfusion_ext_relation_id_key" ON "users"("virtfusion_ext_relation_id");

-- CreateIndex
CREATE INDEX "users_role_created_at_id_idx" ON "users"("role", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "sessions_token_hash_key" ON "sessions"("token_hash");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "invitations"("token_hash");

-- CreateIndex
CREATE INDEX "invitations_user_id_idx" ON "invitations"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "plans_name_key" ON "plans"("name");

-- CreateIndex
CREATE INDEX "plans_created_at_id_idx" ON "plans"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "servers_reference_key" ON "servers"("reference");

-- CreateIndex
CREATE INDEX "servers_created_at_id_idx" ON "servers"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "servers_customer_id_created_at_id_idx" ON "servers"("customer_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "servers_plan_id_idx" ON "servers"("plan_id");

-- CreateIndex
CREATE INDEX "servers_lifecycle_created_at_id_idx" ON "servers"("lifecycle", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "servers_deletion_due_at_idx" ON "servers"("deletion_due_at");

-- CreateIndex
CREATE UNIQUE INDEX "servers_virtfusion_server_id_virtfusion_uuid_key" ON "servers"("virtfusion_server_id", "virtfusion_uuid");

-- CreateIndex
CREATE INDEX "operations_server_id_created_at_id_idx" ON "operations"("server_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "operations_created_at_id_idx" ON "operations"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "operations_state_created_at_id_idx" ON "operations"("state", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "operation_events_operation_id_created_at_id_idx" ON "operation_events"("operation_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "provisioning_logs_created_at_id_idx" ON "provisioning_logs"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "provisioning_logs_server_id_created_at_id_idx" ON "provisioning_logs"("server_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "provisioning_logs_operation_id_created_at_id_idx" ON "provisioning_logs"("operation_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "provisioning_logs_action_created_at_id_idx" ON "provisioning_logs"("action", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "provisioning_logs_outcome_created_at_id_idx" ON "provisioning_logs"("outcome", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "provisioning_logs_request_id_idx" ON "provisioning_logs"("request_id");

-- CreateIndex
CREATE INDEX "notifications_user_id_created_at_id_idx" ON "notifications"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "notifications_user_id_dedupe_key_key" ON "notifications"("user_id", "dedupe_key");

-- CreateIndex
CREATE INDEX "audit_events_created_at_id_idx" ON "audit_events"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_events_entity_entity_id_created_at_id_idx" ON "audit_events"("entity", "entity_id", "created_at" DESC, "id" DESC);

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "servers" ADD CONSTRAINT "servers_customer_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "servers" ADD CONSTRAINT "servers_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plans"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_server_id_fkey" FOREIGN KEY ("server_id") REFERENCES "servers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation_events" ADD CONSTRAINT "operation_events_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What Prisma's schema can't say. ---------------------------------------------------------------

-- One change at a time (I6): at most one operation holds its server. A deletion that waits for its due time does not hold it.
CREATE UNIQUE INDEX "operations_one_active_per_server" ON "operations" ("server_id")
  WHERE "state" IN ('queued', 'running', 'waiting', 'needs_attention') AND "step" <> 'scheduled';

CREATE UNIQUE INDEX "operations_one_scheduled_deletion" ON "operations" ("server_id")
  WHERE "state" IN ('queued', 'waiting') AND "step" = 'scheduled';

-- One undecided create per owner at the panel (I1): two could be taken for each other.
CREATE UNIQUE INDEX "operations_one_create_per_owner" ON "operations" ("owner_lock") WHERE "owner_lock" IS NOT NULL;

-- The same key by the same actor is the same operation; COALESCE because null is never equal to null.
CREATE UNIQUE INDEX "operations_idempotency_key" ON "operations" (COALESCE("actor_id", '00000000-0000-0000-0000-000000000000'::uuid), "idempotency_key")
  WHERE "idempotency_key" IS NOT NULL;

-- A remote server is bound to one row at most, for as long as the panel may still have it.
CREATE UNIQUE INDEX "servers_one_row_per_remote_server" ON "servers" ("virtfusion_server_id")
  WHERE "virtfusion_server_id" IS NOT NULL AND "lifecycle" <> 'deleted';

CREATE INDEX "servers_name_search" ON "servers" (lower("name") text_pattern_ops);
CREATE INDEX "notifications_unread" ON "notifications" ("user_id") WHERE "read_at" IS NULL;
CREATE INDEX "provisioning_logs_incomplete" ON "provisioning_logs" ("operation_id") WHERE "completed_at" IS NULL;

ALTER TABLE "operations" ADD CONSTRAINT "operations_progress_is_percent" CHECK ("progress" BETWEEN 0 AND 100);
ALTER TABLE "users" ADD CONSTRAINT "users_email_is_lower_case" CHECK ("email" = lower("email"));

-- No row that may point at a paid remote server is ever deleted (I2); the audit trail is append-only.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER "audit_events_are_append_only" BEFORE UPDATE OR DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION "refuse_change"();

CREATE TRIGGER "servers_with_a_remote_are_kept" BEFORE DELETE ON "servers"
  FOR EACH ROW WHEN (OLD."virtfusion_server_id" IS NOT NULL AND OLD."lifecycle" <> 'deleted') EXECUTE FUNCTION "refuse_change"();
