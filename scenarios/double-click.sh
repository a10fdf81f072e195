#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'The same Idempotency-Key twice makes one order'
key=$(fresh_id)

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: $key" \
  -d '{"itemName": "book", "quantity": 1, "price": 30}'

answered 201 'the first click orders'
expect status COMPLETED 'the order is completed'
order=$(field id) saga=$(field sagaId)

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: $key" \
  -d '{"itemName": "book", "quantity": 1, "price": 30}'

answered 201 'the second click is answered like the first'
expect id "$order" 'with the same order'
expect sagaId "$saga" 'and the same saga'
shows 'dempotent-replayed: true' 'and says that it is a replay'

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: $key" \
  -d '{"itemName": "book", "quantity": 2, "price": 30}'

refused 422 idempotency-key-reused 'the key cannot be used for another order'
