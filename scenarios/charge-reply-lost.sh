#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'The charge is applied, but its reply is lost'

switch "$PAYMENT_URL/faults/charge" '{"mode": "drop-reply", "times": 1}'

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -d '{"itemName": "cup", "quantity": 1, "price": 12}'
answered 201 'once lost, it is asked again'
expect status COMPLETED 'and the charge, repeated, is charged once'

switch "$PAYMENT_URL/faults/charge" '{"mode": "drop-reply"}'

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -d '{"itemName": "cup", "quantity": 1, "price": 13}'
answered 201 'lost every time, nobody knows whether it was charged'
undone status CANCELLED 'so the order is cancelled'
saga=$(field sagaId)

curl "$PAYMENT_URL/payments/$saga"
undone status REFUNDED 'and the charge, which had been made, is refunded'

books_balance
