package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for finding out who causes a call of a guarded method. By default it
 * is the name of Spring Security's authentication, if that is there. An application whose
 * callers act for others, such as an agent, defines a bean that names the person whose
 * conversation it is.
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
