ALTER TABLE "postings" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "details" jsonb;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "facets" text[];