CREATE TABLE orders (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  saga_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  item_name text NOT NULL,
  quantity integer NOT NULL,
  price numeric(12, 2) NOT NULL,
  amount numeric(12, 2) NOT NULL,
  status text NOT NULL DEFAULT 'PENDING',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE saga_steps (
  id bigserial PRIMARY KEY,
  saga_id uuid NOT NULL REFERENCES orders (saga_id),
  step text NOT NULL,
  status text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX saga_steps_saga_id ON saga_steps (saga_id);
