package io.airlockapp.samples.payouts;

import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * REST controller of the service. The response to a payout that is not approved has
 * problem details.
 */
@RestController
class PayoutController {

	private final PayoutService service;

	PayoutController(PayoutService service) {
		this.service = service;
	}

	@PostMapping("/payouts")
	Payout pay(@RequestBody Payout payout) {
		this.service.pay(payout);
		return payout;
	}

	@GetMapping("/payouts")
	List<Payout> made() {
		return this.service.made();
	}

}
