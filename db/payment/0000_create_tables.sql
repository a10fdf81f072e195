CREATE TYPE "public"."payment_status" AS ENUM('CHARGED', 'REFUNDED', 'VOIDED');--> statement-breakpoint
CREATE TABLE "payments" (
	"saga_id" uuid PRIMARY KEY NOT NULL,
	"status" "payment_status" NOT NULL,
	"order_id" text,
	"amount_cents" bigint,
	"receipt_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_receipt_id_unique" UNIQUE("receipt_id"),
	CONSTRAINT "payments_amount_positive" CHECK ("payments"."amount_cents" > 0),
	CONSTRAINT "payments_voided_knows_nothing" CHECK (num_nulls("payments"."order_id", "payments"."amount_cents", "payments"."receipt_id") = CASE WHEN "payments"."status" = 'VOIDED' THEN 3 ELSE 0 END)
);
