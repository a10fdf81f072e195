#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'The tutorial: every step succeeds'

curl -X POST "$ORDER_URL/orders/place" -H "Content-Type: application/json" \
  -d "{\"productId\":\"apple\",\"qty\":2,\"amount\":1200,\"failPayment\":false,\"failInventory\":false}"

answered 200 'the saga is over'
expect result COMPLETED 'and completed'
saga=$(field sagaId)

curl "$ORDER_URL/sagas/$saga"
expect status COMPLETED 'the saga says so too'
shows '"name":"payment","status":"SUCCEEDED"' 'it reached the payment'
shows '"name":"inventory","status":"SUCCEEDED"' 'it reached the inventory'

curl "$PAYMENT_URL/payments/$saga"
expect status CHARGED 'the customer is charged'
expect amount 1200 'the amount of the request'

curl "$INVENTORY_URL/inventory/$saga"
expect status RESERVED 'the apples are reserved'
expect quantity 2 'as many as were ordered'
