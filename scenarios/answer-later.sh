#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'Who does not want to wait gets an answer at once and looks later'

curl -X POST "$ORDER_URL/orders" \
  -H "Content-Type: application/json" \
  -H "Prefer: respond-async" \
  -d '{"itemName": "lamp", "quantity": 1, "price": 45.50}'

answered 202 'the order is recorded, its saga runs'
expect status PENDING 'the order is pending'
order=$(field id)
shows "ocation: /orders/$order" 'the answer says where to look'

deadline=$((SECONDS + 20))
until [[ $(field status) != PENDING ]] || ((SECONDS > deadline)); do
  sleep 0.1
  curl "$ORDER_URL/orders/$order"
done
expect status COMPLETED 'a little later it is completed'
