/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for determining the requester of a call of a guarded method. By
 * default, it is the name of Spring Security's authentication, if present, with the
 * client registration of an OAuth 2.0 login. An application whose callers act on behalf
 * of others, such as an agent, defines a bean that returns the person on whose behalf
 * they act. Limits and cooldowns apply to each requester, so no two persons may have the
 * same name. Names are compared without regard to case, width and invisible characters.
 *
 * @see ReactiveRequesterSource
 */
@FunctionalInterface
public interface RequesterSource {

	/**
	 * Return the requester on whose behalf the current thread runs. This method is called
	 * in the thread of the caller, not in the thread that waits. If it throws an
	 * exception, the call is refused.
	 * @return the name of the requester, or {@code null} if unknown
	 */
	@Nullable String findRequester();

}
