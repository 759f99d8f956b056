package io.airlockapp.samples.refunds;

import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * REST controller that passes the page's requests to the {@link RefundService}.
 */
@RestController
@RequestMapping("/refunds")
class RefundController {

	private final RefundService service;

	RefundController(RefundService service) {
		this.service = service;
	}

	@GetMapping
	List<Refund> refunds() {
		return this.service.refunds();
	}

	/**
	 * Make a refund. The answer comes when a person has decided, or nobody did in time.
	 */
	@PostMapping
	Refund refund(@RequestBody RefundRequest request) {
		return this.service.refund(request.checkedOrder(), request.checkedAmount(), request.checkedIban());
	}

}
