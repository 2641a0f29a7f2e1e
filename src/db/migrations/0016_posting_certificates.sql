ALTER TABLE "companies" ADD COLUMN "complete_listings" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "listings_without" integer;--> statement-breakpoint
ALTER TABLE "visits" ADD COLUMN "complete_listings" integer;