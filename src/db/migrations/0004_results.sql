ALTER TABLE "run_jobs" ADD COLUMN "result" jsonb;--> statement-breakpoint
ALTER TABLE "run_jobs" ADD COLUMN "attempts" jsonb;