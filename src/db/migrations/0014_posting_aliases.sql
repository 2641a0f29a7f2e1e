CREATE TABLE "posting_aliases" (
	"owner" text NOT NULL,
	"company" text NOT NULL,
	"alias" text NOT NULL,
	"external_id" text NOT NULL,
	"visit" integer NOT NULL,
	CONSTRAINT "posting_aliases_owner_company_alias_pk" PRIMARY KEY("owner","company","alias")
);
--> statement-breakpoint
CREATE INDEX "posting_aliases_of" ON "posting_aliases" USING btree ("owner","company","external_id");