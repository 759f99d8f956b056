/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Guards the annotated method: an invocation runs only after a person approved exactly
 * this invocation, on another device, with a signature that this application verified.
 * <p>
 * The annotation can be placed on a method, on a type, on an interface, and on another
 * annotation. On a type, it applies to all methods that others can call. A call past the
 * proxy, such as on {@code this}, is denied, unless an approved method of the object
 * makes it. An invocation that is not approved ends with one of the exceptions below
 * {@link io.airlockapp.gateway.AirlockGatewayException}.
 * <p>
 * The caller waits, unless the method returns a
 * {@link java.util.concurrent.CompletableFuture} or a reactive type such as {@code Mono}.
 * In that case the future or publisher is returned immediately, and each subscription is
 * a separate invocation.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface RequiresAirlockApproval {

	/**
	 * The label that the approver's inbox shows. It is sent in clear text, and so cannot
	 * contain argument values. Placeholders are resolved. The default is the class and
	 * method.
	 * @return the label
	 */
	String value() default "";

	/**
	 * The template of the text for the approver, with arguments and parts of them in
	 * <code>#{}</code>, such as <code>"Refund #{#amount} for order #{#order.id}"</code>.
	 * The text is encrypted. A template shows parts of the call and computes nothing: any
	 * other expression, such as a method call, fails the start. {@link AirlockSensitive}
	 * values are masked.
	 * @return the template
	 */
	String description() default "";

	/**
	 * The type of review that is requested. Placeholders are resolved. The default is
	 * {@code airlock.gateway.approval.artifact-type}.
	 * @return the artifact type
	 */
	String artifactType() default "";

	/**
	 * The time that the approver has to decide, such as {@code "2m"}. Placeholders are
	 * resolved. The default is {@code airlock.gateway.approval.timeout}.
	 * @return the timeout
	 */
	String timeout() default "";

	/**
	 * An expression, such as {@code "#amount > 100"}. If it is {@code false}, the
	 * invocation needs no approval. Any result that is not a clear {@code false} requires
	 * approval, such as a comparison with {@code null}, NaN or a value of another type,
	 * or a missing key. The expression reads the fields of the arguments, and never calls
	 * their methods. It has the syntax of SpEL, and consists of parameters and parts of
	 * them, literals, comparisons, logic, exact {@code +}, {@code -} and {@code *}, the
	 * content and the size of containers, and methods of beans such as
	 * {@code "@limits.above(#amount)"}. Any other construct, and a parameter, field or
	 * enum constant that does not exist, fails the start.
	 * @return the condition
	 */
	String condition() default "";

	/**
	 * The name of the pairing whose approvers receive the request. Placeholders are
	 * resolved; a property without a value is refused, unless its default is empty. The
	 * default is the default pairing.
	 * @return the name of the pairing
	 */
	String pairing() default "";

	/**
	 * The name of the group of approvers who receive the request, of whom several may
	 * have to approve, as configured by {@code airlock.gateway.approvers}. Placeholders
	 * are resolved. It cannot be set beside {@link #pairing()}.
	 * @return the name of the group
	 */
	String approvers() default "";

	/**
	 * Whether the method may be invoked inside an open transaction, which then stays open
	 * until the decision. By default, such an invocation is refused, unless {@code
	 * airlock.gateway.approval.allow-in-transaction} is set.
	 * @return whether approval may be requested inside an open transaction
	 */
	boolean allowInTransaction() default false;

	/**
	 * Whether an invocation that is too long to be shown to a person may be shown in
	 * part: with the beginning and the end of long texts, the length and the digest of
	 * the omitted part, and a first line that says so. By default, such an invocation is
	 * refused.
	 * @return whether parts of long texts may be left out
	 */
	boolean abridge() default false;

	/**
	 * Whether an invocation is recorded, and runs after the caller has returned. It is
	 * recorded in the caller's transaction, if there is one, and nothing of the method
	 * runs before a person approved it. Whichever instance of the application is alive
	 * then starts the method, at most once. The method has to return {@code void}.
	 * Requires {@code airlock-gateway-spring-boot-durable}.
	 * @return whether the invocation outlives the process
	 */
	boolean durable() default false;

}
