CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product integer NOT NULL, completed boolean NOT NULL);
CREATE TABLE payments (order_id bigint PRIMARY KEY, cents bigint NOT NULL);
CREATE TABLE products (id integer PRIMARY KEY, available bigint NOT NULL);
CREATE TABLE reservations (order_id bigint PRIMARY KEY, product integer NOT NULL);
INSERT INTO products SELECT id, 1000000000 FROM generate_series(1, 100) AS id;
