#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'The charge answers with an error and is carried out only after the refund'

switch "$PAYMENT_URL/faults/charge" '{"mode": "late", "times": 1, "delayMs": 1000}'

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -d '{"itemName": "chair", "quantity": 1, "price": 80}'
answered 201 'the charge seems to have failed'
undone status CANCELLED 'so the order is cancelled'
saga=$(field sagaId)

curl "$PAYMENT_URL/payments/$saga"
undone status VOIDED 'the refund found nothing to refund, and left a mark'

sleep 1.5
curl "$PAYMENT_URL/payments/$saga"
undone status VOIDED 'the late charge was refused'

books_balance
