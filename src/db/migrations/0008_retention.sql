ALTER TABLE "runs" ADD COLUMN "removed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "emptied" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "runs_to_remove" ON "runs" USING btree ("ended_at","owner","run_id") WHERE "runs"."group_keys" IS NOT NULL AND NOT "runs"."emptied";