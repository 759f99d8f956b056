/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import reactor.core.publisher.Mono;

/**
 * Strategy interface for determining the requester who subscribes to the result of a
 * guarded method. Requires Reactor.
 */
public interface ReactiveRequesterSource extends RequesterSource {

	/**
	 * Return the requester from the context of the subscription.
	 * @return the name of the requester, or an empty {@code Mono} if the context does not
	 * contain one
	 */
	Mono<String> findRequesterOfSubscriber();

}
