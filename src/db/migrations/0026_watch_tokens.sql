CREATE TABLE "watch_tokens" (
	"owner" text NOT NULL,
	"matter_id" text NOT NULL,
	"token_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "watch_tokens_owner_matter_id_token_id_pk" PRIMARY KEY("owner","matter_id","token_id")
);
