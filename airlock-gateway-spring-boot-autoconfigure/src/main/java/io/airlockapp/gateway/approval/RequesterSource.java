package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for determining the requester of a call of a guarded method. By
 * default it is the name of Spring Security's authentication, if that is present. An
 * application whose callers act for others, such as an agent, defines a bean that returns
 * the person whose conversation it is.
 *
 * @see ReactiveRequesterSource
 */
@FunctionalInterface
public interface RequesterSource {

	/**
	 * Return who causes what the current thread does. This is called where the call comes
	 * from, not in the thread that waits.
	 * @return a name, or {@code null} if it is not known
	 */
	@Nullable String findRequester();

}
