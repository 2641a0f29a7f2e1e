CREATE TABLE "listed" (
	"owner" text NOT NULL,
	"company" text NOT NULL,
	"visit" integer NOT NULL,
	"part" text NOT NULL,
	"ids" text[] NOT NULL,
	CONSTRAINT "listed_owner_company_visit_part_pk" PRIMARY KEY("owner","company","visit","part")
);
--> statement-breakpoint
CREATE TABLE "visits" (
	"owner" text NOT NULL,
	"company" text NOT NULL,
	"visit" integer NOT NULL,
	"run_id" text NOT NULL,
	"floor" integer NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"expiry" text,
	"gone" integer DEFAULT 0 NOT NULL,
	"open" integer DEFAULT 0 NOT NULL,
	"sample" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"decided_at" timestamp with time zone,
	"decided_by" text,
	CONSTRAINT "visits_owner_company_visit_pk" PRIMARY KEY("owner","company","visit"),
	CONSTRAINT "visits_status" CHECK ("visits"."status" IN ('open', 'complete', 'incomplete')),
	CONSTRAINT "visits_expiry" CHECK ("visits"."expiry" IN ('held', 'applied', 'dropped', 'superseded'))
);
--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "apply_url" text;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "remote" boolean;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "department" text;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "employment_type" text;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "salary" jsonb;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "description_html" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "valid_through" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "page" jsonb;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "misses" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "missed_run" text;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "missed_visit" integer;--> statement-breakpoint
ALTER TABLE "postings" ADD COLUMN "expired_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "visits_run" ON "visits" USING btree ("owner","run_id");--> statement-breakpoint
UPDATE "postings" SET "department" = nullif(array_to_string("departments", ', '), '');--> statement-breakpoint
ALTER TABLE "postings" DROP COLUMN "departments";--> statement-breakpoint
ALTER TABLE "postings" ADD CONSTRAINT "postings_employment_type" CHECK ("postings"."employment_type" IN ('full_time', 'part_time', 'contract', 'temporary', 'intern', 'volunteer', 'per_diem', 'other'));