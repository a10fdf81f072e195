CREATE TABLE "audit_verdicts" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"quiet" boolean NOT NULL,
	"in_flight" integer NOT NULL,
	"stuck_count" integer NOT NULL,
	"discrepancy_count" integer NOT NULL,
	CONSTRAINT "audit_verdicts_one_row" CHECK ("audit_verdicts"."id" = 1)
);
--> statement-breakpoint
CREATE INDEX "saga_events_by_time" ON "saga_events" USING brin ("at") WITH (pages_per_range=32,autosummarize=true);