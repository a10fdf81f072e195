#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'payment-service dies whenever it is asked to charge'

switch "$PAYMENT_URL/faults/charge" '{"mode": "crash-before"}'

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -d '{"itemName": "desk", "quantity": 1, "price": 300}'
shows '"status":"CANCELLED"' 'the order is cancelled: nobody knows whether it was charged'
saga=$(field sagaId)

until_over "$saga"
undone status COMPENSATED 'once payment-service is back, the payment in doubt is taken back'

curl "$PAYMENT_URL/payments/$saga"
undone status VOIDED 'nothing was charged, and nothing can be any more'

switches_off
books_balance
