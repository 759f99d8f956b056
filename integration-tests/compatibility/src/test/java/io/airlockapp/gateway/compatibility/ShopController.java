/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.compatibility;

import java.util.concurrent.CompletableFuture;

import reactor.core.publisher.Mono;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lets clients of Spring MVC and of Spring WebFlux refund.
 */
@RestController
class ShopController {

	private final Shop shop;

	ShopController(Shop shop) {
		this.shop = shop;
	}

	@PostMapping("/refunds/{order}")
	CompletableFuture<String> refund(@PathVariable String order) {
		return this.shop.refundLater(order);
	}

	@PostMapping("/blocking-refunds/{order}")
	String refundBlocking(@PathVariable String order) {
		return this.shop.refund(order);
	}

	@PostMapping("/reactive-refunds/{order}")
	Mono<String> refundReactively(@PathVariable String order) {
		return this.shop.refundReactively(order);
	}

	/**
	 * Blocks where Spring WebFlux does not expect it.
	 */
	@PostMapping("/event-loop-refunds/{order}")
	Mono<String> refundInEventLoop(@PathVariable String order) {
		return Mono.just(this.shop.refund(order));
	}

}
