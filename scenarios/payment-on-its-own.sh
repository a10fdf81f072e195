#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'payment-service on its own: charged once, refunded once, and safe in any order'
json='Content-Type: application/json'
saga=$(fresh_id)

curl -X POST "$PAYMENT_URL/payments/charge" -H "$json" \
  -d "{\"sagaId\": \"$saga\", \"orderId\": \"order-1\", \"amount\": 12.50, \"fail\": true}"
answered 500 'fail makes a charge fail'

curl "$PAYMENT_URL/payments/$saga"
answered 404 'then nothing is known of it'

curl -X POST "$PAYMENT_URL/payments/charge" -H "$json" \
  -d "{\"sagaId\": \"$saga\", \"orderId\": \"order-1\", \"amount\": 12.50}"
answered 200 'a charge'
expect status CHARGED 'the customer is charged'
receipt=$(field receiptId)

curl -X POST "$PAYMENT_URL/payments/charge" -H "$json" \
  -d "{\"sagaId\": \"$saga\", \"orderId\": \"order-1\", \"amount\": 12.50}"
answered 200 'the same charge again'
expect receiptId "$receipt" 'changes nothing and answers as before'

curl -X POST "$PAYMENT_URL/payments/charge" -H "$json" \
  -d "{\"sagaId\": \"$saga\", \"orderId\": \"order-1\", \"amount\": 13}"
refused 409 charge-conflict 'another amount for the same saga'

curl -X POST "$PAYMENT_URL/payments/refund" -H "$json" -d "{\"sagaId\": \"$saga\", \"reason\": \"changed my mind\"}"
answered 200 'a refund'
undone status REFUNDED 'the customer has the money back'

curl -X POST "$PAYMENT_URL/payments/refund" -H "$json" -d "{\"sagaId\": \"$saga\", \"reason\": \"changed my mind\"}"
answered 200 'the same refund again'
undone status REFUNDED 'changes nothing'

curl -X POST "$PAYMENT_URL/payments/charge" -H "$json" \
  -d "{\"sagaId\": \"$saga\", \"orderId\": \"order-1\", \"amount\": 12.50}"
refused 409 charge-after-refund 'a charge that comes after the refund'

curl "$PAYMENT_URL/payments/$saga"
undone status REFUNDED 'so it stays refunded'

late=$(fresh_id)
curl -X POST "$PAYMENT_URL/payments/refund" -H "$json" -d "{\"sagaId\": \"$late\", \"reason\": \"it may have been charged\"}"
answered 200 'a refund of what was never charged'
undone status VOIDED 'leaves a mark'

curl -X POST "$PAYMENT_URL/payments/charge" -H "$json" \
  -d "{\"sagaId\": \"$late\", \"orderId\": \"order-2\", \"amount\": 12.50}"
refused 409 charge-after-refund 'so that a charge that was still on its way is refused'
