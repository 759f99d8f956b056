package io.airlockapp.gateway.approval;

import reactor.core.publisher.Mono;

/**
 * Strategy interface for determining the requester who subscribes to the result of a
 * guarded method. Needs Reactor.
 */
public interface ReactiveRequesterSource extends RequesterSource {

	/**
	 * Return who subscribes, as the context of the subscription says.
	 * @return a name, or nothing if the context doesn't say
	 */
	Mono<String> findRequesterOfSubscriber();

}
