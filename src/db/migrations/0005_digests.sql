ALTER TABLE "postings" ADD COLUMN "digest" text;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "digest_visit" integer;--> statement-breakpoint
-- The descriptions move out of the row, into TOAST, when the row is next written. A visit that finds a posting
-- unchanged then writes 300 bytes in place of 2 KB or more, and finds room for them in the same page.
ALTER TABLE "postings" SET (toast_tuple_target = 256, fillfactor = 70);
