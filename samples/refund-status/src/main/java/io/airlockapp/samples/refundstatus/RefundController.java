package io.airlockapp.samples.refundstatus;

import java.net.URI;
import java.util.UUID;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * REST controller that accepts refunds and returns their status.
 */
@RestController
@RequestMapping("/refunds")
class RefundController {

	private static final String SECONDS_BETWEEN_LOOKS = "2";

	private final RefundService service;

	RefundController(RefundService service) {
		this.service = service;
	}

	@PostMapping
	ResponseEntity<RefundStatus> submit(@RequestBody RefundOrder order) {
		if (!order.isValid()) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The order and the amount must be positive");
		}
		UUID id = this.service.submit(order);
		return ResponseEntity.accepted().location(URI.create("/refunds/" + id)).body(find(id).status());
	}

	@GetMapping("/{id}")
	ResponseEntity<RefundStatus> status(@PathVariable UUID id) {
		RefundStatus status = find(id).status();
		ResponseEntity.BodyBuilder response = ResponseEntity.ok().header(HttpHeaders.CACHE_CONTROL, "no-store");
		if (status.state() == RefundState.PENDING || status.state() == RefundState.APPROVED) {
			response.header(HttpHeaders.RETRY_AFTER, SECONDS_BETWEEN_LOOKS);
		}
		return response.body(status);
	}

	@DeleteMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void cancel(@PathVariable UUID id) {
		if (!find(id).cancel()) {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "The refund can no longer be cancelled");
		}
	}

	private PendingRefund find(UUID id) {
		PendingRefund refund = this.service.find(id);
		if (refund == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}
		return refund;
	}

}
