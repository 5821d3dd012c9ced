-- When a person last left safe mode: what was missing before is known, and no sign any more.
ALTER TABLE "panel_identity" ADD COLUMN     "safe_mode_left_at" TIMESTAMPTZ(3);
