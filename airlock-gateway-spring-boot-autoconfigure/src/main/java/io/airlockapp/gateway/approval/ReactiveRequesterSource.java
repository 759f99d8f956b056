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
	 * Return the requester from the context of the subscription. If the {@code Mono} is
	 * empty, {@link #findRequester()} is called. If it fails, the call is refused. The
	 * call waits for it without a limit.
	 * @return the name of the requester, or an empty {@code Mono} if the context does not
	 * contain one
	 */
	Mono<String> findRequesterOfSubscriber();

}
