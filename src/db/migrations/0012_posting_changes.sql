CREATE TABLE "posting_changes" (
	"owner" text NOT NULL,
	"company" text NOT NULL,
	"external_id" text NOT NULL,
	"visit" integer NOT NULL,
	"run_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"expired_at" timestamp with time zone,
	"fields" jsonb NOT NULL,
	CONSTRAINT "posting_changes_owner_company_external_id_visit_pk" PRIMARY KEY("owner","company","external_id","visit")
);
--> statement-breakpoint
CREATE INDEX "posting_changes_run" ON "posting_changes" USING btree ("owner","run_id");