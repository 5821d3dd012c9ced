-- CreateTable
CREATE TABLE "former_panel_users" (
    "virtfusion_user_id" INTEGER NOT NULL,
    "customer_id" UUID NOT NULL,
    "forgotten_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "former_panel_users_pkey" PRIMARY KEY ("virtfusion_user_id","customer_id")
);
