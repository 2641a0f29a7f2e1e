ALTER TABLE "chunks" ADD COLUMN "places" jsonb;--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "notices" jsonb;