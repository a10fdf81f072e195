#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'order-service is killed between the charge and its log entry'
key=$(fresh_id)

switch "$ORDER_URL/faults/before-action-answered-payment" '{"mode": "crash", "times": 1}'

command curl --silent --fail -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: $key" \
  -d '{"itemName": "keyboard", "quantity": 1, "price": 90}' && fail 'there is no answer' 'there was one'
held 'it died: there is no answer (or, from a gateway, 502)'

deadline=$((SECONDS + 60))
until body=$(command curl --silent --fail --max-time 20 -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: $key" \
  -d '{"itemName": "keyboard", "quantity": 1, "price": 90}') && [[ $(field status) != PENDING ]]; do
  ((SECONDS < deadline)) || fail 'the same request is answered' 'it was not within 60 s'
  sleep 0.2
done
expect status COMPLETED 'asked again with the same key, it gives the same order, completed by whoever took it over'
saga=$(field sagaId)

curl "$ORDER_URL/sagas/$saga"
shows '"type":"claimed"' 'the log tells of the takeover'

curl "$PAYMENT_URL/payments/$saga"
expect status CHARGED 'the customer is charged once'

books_balance
