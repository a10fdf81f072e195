#!/usr/bin/env bash
source "$(dirname "$0")/story.sh"
story 'inventory-service on its own: stock is taken once, given back once, and never below zero'
json='Content-Type: application/json'
saga=$(fresh_id)

curl -X PUT "$INVENTORY_URL/inventory/products/kite" -H "$json" -d '{"available": 10}'
answered 200 'ten kites come into the shop'
expect available 10 'and can be had'

curl -X POST "$INVENTORY_URL/inventory/reserve" -H "$json" \
  -d "{\"sagaId\": \"$saga\", \"productId\": \"kite\", \"qty\": 3, \"fail\": true}"
answered 500 'fail makes a reservation fail'

curl -X POST "$INVENTORY_URL/inventory/reserve" -H "$json" \
  -d "{\"sagaId\": \"$saga\", \"productId\": \"Kite\", \"qty\": 3}"
answered 200 'a reservation'
expect status RESERVED 'three kites are put aside'
reservation=$(field reservationId)

curl -X POST "$INVENTORY_URL/inventory/reserve" -H "$json" \
  -d "{\"sagaId\": \"$saga\", \"productId\": \"kite\", \"quantity\": 3}"
answered 200 'the same reservation again'
expect reservationId "$reservation" 'changes nothing and answers as before'

curl "$INVENTORY_URL/inventory/products"
shows '{"id":"kite","available":7,"stocked":10}' 'seven of the ten can be had'

curl -X POST "$INVENTORY_URL/inventory/reserve" -H "$json" \
  -d "{\"sagaId\": \"$(fresh_id)\", \"productId\": \"kite\", \"quantity\": 8}"
refused 409 out-of-stock 'eight can not'

curl -X POST "$INVENTORY_URL/inventory/release" -H "$json" -d "{\"sagaId\": \"$saga\"}"
answered 200 'a release'
undone status RELEASED 'the three go back'

curl -X POST "$INVENTORY_URL/inventory/release" -H "$json" -d "{\"sagaId\": \"$saga\"}"
answered 200 'the same release again'
undone status RELEASED 'changes nothing'

curl -X POST "$INVENTORY_URL/inventory/reserve" -H "$json" \
  -d "{\"sagaId\": \"$saga\", \"productId\": \"kite\", \"quantity\": 3}"
refused 409 reserve-after-release 'a reservation that comes after the release'

curl "$INVENTORY_URL/inventory/$saga"
undone status RELEASED 'so it stays released'

curl "$INVENTORY_URL/inventory/products"
shows '{"id":"kite","available":10,"stocked":10}' 'all ten can be had again'

late=$(fresh_id)
curl -X POST "$INVENTORY_URL/inventory/release" -H "$json" -d "{\"sagaId\": \"$late\"}"
answered 200 'a release of what was never reserved'
undone status VOIDED 'leaves a mark'

curl -X POST "$INVENTORY_URL/inventory/reserve" -H "$json" \
  -d "{\"sagaId\": \"$late\", \"productId\": \"kite\", \"quantity\": 3}"
refused 409 reserve-after-release 'so that a reservation that was still on its way is refused'
