-- Throw-away users of orders in mode escrow.
-- CreateTable
CREATE TABLE "escrow_users" (
    "relation" TEXT NOT NULL,
    "virtfusion_user_id" INTEGER NOT NULL,
    "operation_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "escrow_users_pkey" PRIMARY KEY ("relation")
);

-- CreateIndex
CREATE INDEX "escrow_users_virtfusion_user_id_idx" ON "escrow_users"("virtfusion_user_id");
