CREATE TABLE "companies" (
	"owner" text NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"source" jsonb NOT NULL,
	"visit" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "companies_owner_slug_pk" PRIMARY KEY("owner","slug")
);
--> statement-breakpoint
CREATE TABLE "postings" (
	"owner" text NOT NULL,
	"company" text NOT NULL,
	"external_id" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"title" text NOT NULL,
	"url" text NOT NULL,
	"locations" text[] NOT NULL,
	"departments" text[] NOT NULL,
	"description_text" text NOT NULL,
	"posted_at" timestamp with time zone,
	"updated_at" timestamp with time zone,
	"visit" integer NOT NULL,
	"run_id" text NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "postings_owner_company_external_id_pk" PRIMARY KEY("owner","company","external_id"),
	CONSTRAINT "postings_status" CHECK ("postings"."status" IN ('open', 'expired'))
);
--> statement-breakpoint
CREATE TABLE "run_jobs" (
	"owner" text NOT NULL,
	"run_id" text NOT NULL,
	"group" text NOT NULL,
	"external_id" text NOT NULL,
	"title" text NOT NULL,
	"status" text NOT NULL,
	"outcome" text,
	"attempt" integer NOT NULL,
	"error" jsonb,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "run_jobs_owner_run_id_group_external_id_pk" PRIMARY KEY("owner","run_id","group","external_id"),
	CONSTRAINT "run_jobs_status" CHECK ("run_jobs"."status" IN ('pending', 'crawling', 'extracting', 'chunking', 'embedding', 'indexing', 'ready', 'failed', 'skipped', 'aborted')),
	CONSTRAINT "run_jobs_outcome" CHECK ("run_jobs"."outcome" IN ('new', 'changed', 'unchanged'))
);
--> statement-breakpoint
CREATE TABLE "runs" (
	"owner" text NOT NULL,
	"run_id" text NOT NULL,
	"pipeline" text NOT NULL,
	"status" text NOT NULL,
	"seq" bigint NOT NULL,
	"round" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"total" integer NOT NULL,
	"view" jsonb NOT NULL,
	CONSTRAINT "runs_owner_run_id_pk" PRIMARY KEY("owner","run_id"),
	CONSTRAINT "runs_status" CHECK ("runs"."status" IN ('pending', 'initializing', 'ingesting', 'finished', 'error', 'aborted'))
);
--> statement-breakpoint
CREATE INDEX "runs_newest" ON "runs" USING btree ("owner","created_at","run_id");