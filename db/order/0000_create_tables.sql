CREATE TYPE "public"."order_status" AS ENUM('PENDING', 'COMPLETED', 'CANCELLED');--> statement-breakpoint
CREATE TYPE "public"."call_outcome" AS ENUM('succeeded', 'rejected', 'unknown');--> statement-breakpoint
CREATE TYPE "public"."failure_kind" AS ENUM('network', 'timeout', 'http-status', 'rejection', 'contract', 'not-sent', 'deadline');--> statement-breakpoint
CREATE TYPE "public"."saga_event_type" AS ENUM('begun', 'claimed', 'action-called', 'action-answered', 'failed', 'compensation-called', 'compensation-answered', 'parked', 'retried', 'resolved', 'ended');--> statement-breakpoint
CREATE TYPE "public"."saga_status" AS ENUM('STARTED', 'COMPLETED', 'COMPENSATING', 'COMPENSATED', 'COMPENSATION_STUCK', 'RESOLVED');--> statement-breakpoint
CREATE TABLE "orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"saga_id" uuid NOT NULL,
	"status" "order_status" DEFAULT 'PENDING' NOT NULL,
	"item_name" text NOT NULL,
	"quantity" integer NOT NULL,
	"price_cents" bigint,
	"amount_cents" bigint NOT NULL,
	"idempotency_key" text,
	"request_hash" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "orders_saga_id_unique" UNIQUE("saga_id"),
	CONSTRAINT "orders_idempotency_key" UNIQUE("idempotency_key"),
	CONSTRAINT "orders_quantity_in_range" CHECK ("orders"."quantity" BETWEEN 1 AND 100000),
	CONSTRAINT "orders_amount_in_range" CHECK ("orders"."amount_cents" BETWEEN 1 AND 999999999),
	CONSTRAINT "orders_amount_is_price_times_quantity" CHECK ("orders"."amount_cents" = "orders"."price_cents" * "orders"."quantity"),
	CONSTRAINT "orders_key_has_hash" CHECK (("orders"."idempotency_key" IS NULL) = ("orders"."request_hash" IS NULL))
);
--> statement-breakpoint
CREATE TABLE "saga_events" (
	"saga_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"type" "saga_event_type" NOT NULL,
	"steps" text[],
	"step" text,
	"attempt" integer,
	"outcome" "call_outcome",
	"kind" "failure_kind",
	"http_status" smallint,
	"reason" text,
	"duration_ms" integer,
	"retry_at" timestamp with time zone,
	"by" text,
	CONSTRAINT "saga_events_saga_id_seq_pk" PRIMARY KEY("saga_id","seq"),
	CONSTRAINT "saga_events_call_has_step" CHECK ("saga_events"."type"::text NOT LIKE '%-%' OR num_nulls("saga_events"."step", "saga_events"."attempt") = 0),
	CONSTRAINT "saga_events_answer_has_outcome" CHECK (("saga_events"."type" IN ('action-answered', 'compensation-answered', 'failed')) = ("saga_events"."outcome" IS NOT NULL))
);
--> statement-breakpoint
CREATE TABLE "sagas" (
	"id" uuid PRIMARY KEY NOT NULL,
	"status" "saga_status" DEFAULT 'STARTED' NOT NULL,
	"input" jsonb NOT NULL,
	"failure" jsonb,
	"last_seq" integer DEFAULT 1 NOT NULL,
	"fencing_token" integer DEFAULT 1 NOT NULL,
	"lease_until" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sagas_failure_once_turned_back" CHECK (("sagas"."failure" IS NULL) = ("sagas"."status" IN ('STARTED', 'COMPLETED')))
);
--> statement-breakpoint
CREATE TABLE "faults" (
	"name" text PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"remaining" integer,
	"delay_ms" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_saga_id_sagas_id_fk" FOREIGN KEY ("saga_id") REFERENCES "public"."sagas"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saga_events" ADD CONSTRAINT "saga_events_saga_id_sagas_id_fk" FOREIGN KEY ("saga_id") REFERENCES "public"."sagas"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "orders_by_status" ON "orders" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "sagas_unfinished" ON "sagas" USING btree ("id") WHERE "sagas"."status" IN ('STARTED', 'COMPENSATING');--> statement-breakpoint
CREATE INDEX "sagas_by_status" ON "sagas" USING btree ("status","id");