CREATE TABLE "run_logs" (
	"owner" text NOT NULL,
	"run_id" text NOT NULL,
	"seq" integer NOT NULL,
	"ts" timestamp with time zone NOT NULL,
	"level" text NOT NULL,
	"message" text NOT NULL,
	"group" text,
	"external_id" text,
	"as_of" bigint NOT NULL,
	"late" boolean NOT NULL,
	CONSTRAINT "run_logs_owner_run_id_seq_pk" PRIMARY KEY("owner","run_id","seq"),
	CONSTRAINT "run_logs_level" CHECK ("run_logs"."level" IN ('info', 'warn', 'error'))
);
--> statement-breakpoint
ALTER TABLE "run_jobs" ADD COLUMN "first_outcome" text;--> statement-breakpoint
ALTER TABLE "run_jobs" ADD COLUMN "url" text;--> statement-breakpoint
ALTER TABLE "run_jobs" ADD COLUMN "group_ord" integer;--> statement-breakpoint
ALTER TABLE "run_jobs" ADD COLUMN "n" integer;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "group_keys" text[];